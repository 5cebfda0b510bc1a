import { Route, Routes } from "react-router";
import { AuditPage } from "./AuditPage";
import { Audits } from "./Audits";

/** The quarterly audit: cases drawn from what really happened, checked step by step. */
export default function AuditPart() {
  return (
    <Routes>
      <Route index element={<Audits />} />
      <Route path=":id" element={<AuditPage />} />
    </Routes>
  );
}
