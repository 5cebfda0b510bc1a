import { Route, Routes } from "react-router";
import { Coverage } from "./Coverage";
import { Health } from "./Health";

/** What the measurements of the knowledge base found, and how well each workflow is covered. */
export default function HealthPart() {
  return (
    <Routes>
      <Route index element={<Health />} />
      <Route path="coverage" element={<Coverage />} />
    </Routes>
  );
}
