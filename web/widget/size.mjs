// Fails when the widget is heavier than what a host page and a phone were promised. Run after `npm run build`.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = { loader: 5_000, frame: 40_000 };
const dist = new URL("../dist/widget/", import.meta.url);
const weigh = (path) => gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length;

const assets = readdirSync(new URL("assets/", dist)).filter((name) => /\.(js|css)$/.test(name));
const weights = {
  loader: weigh("widget.js"),
  frame: weigh("frame.html") + assets.reduce((sum, name) => sum + weigh(`assets/${name}`), 0),
};
for (const [part, bytes] of Object.entries(weights))
  console.log(`${part}: ${bytes} of ${BUDGET[part]} bytes gzip${bytes > BUDGET[part] ? "  TOO HEAVY" : ""}`);
process.exit(Object.entries(weights).some(([part, bytes]) => bytes > BUDGET[part]) ? 1 : 0);
