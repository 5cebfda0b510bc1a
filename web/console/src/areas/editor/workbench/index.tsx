import { Route, Routes } from "react-router";
import { ComparePage } from "./ComparePage";
import { RunPage } from "./RunPage";
import { Workbench } from "./Workbench";

/** The yardstick of the search: questions with their right answers, measured on releases and drafts. */
export default function WorkbenchPart() {
  return (
    <Routes>
      <Route index element={<Workbench />} />
      <Route path="runs/:id" element={<RunPage />} />
      <Route path="compare" element={<ComparePage />} />
    </Routes>
  );
}
