import { Route, Routes } from "react-router";
import { ContributionPage } from "./ContributionPage";
import { Contributions } from "./Contributions";

/** What agents proposed, what became of it, and deciding it in time. */
export default function ContributionPart() {
  return (
    <Routes>
      <Route index element={<Contributions />} />
      <Route path=":id" element={<ContributionPage />} />
    </Routes>
  );
}
