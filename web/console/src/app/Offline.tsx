import { Button } from "@mantine/core";
import { IconCloudOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useLink } from "../realtime/LinkProvider";
import { useStore } from "../realtime/store";
import css from "./Shell.module.css";

const PATIENCE_MS = 2_000;

/** Says so when the connection has been gone for a moment, and what is safe. */
export function Offline() {
  const link = useLink();
  const phase = useStore(link.phase, ({ name }) => name);
  const isAway = phase !== "live" && phase !== "off";
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!isAway) return;
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isAway]);
  if (!isAway || !isLong) return <div role="status" />;
  return (
    <div role="status" className={css.banner}>
      <IconCloudOff size={16} aria-hidden="true" />
      <span>
        {phase === "ended" ? "The server closed the connection." : "No connection. Trying again."} What you write is
        kept and sent when it is back.
      </span>
      <Button size="compact-xs" onClick={() => (phase === "ended" ? link.start() : link.nudge())}>
        Try now
      </Button>
    </div>
  );
}
