import { Route, Routes } from "react-router";
import { ReleaseList } from "./ReleaseList";
import { ReleasePage } from "./ReleasePage";

/** What was published together, what waits to be, and the way back. */
export default function Releases() {
  return (
    <Routes>
      <Route index element={<ReleaseList />} />
      <Route path=":number" element={<ReleasePage />} />
    </Routes>
  );
}
