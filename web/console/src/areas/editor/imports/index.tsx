import { Route, Routes } from "react-router";
import { ImportPage } from "./ImportPage";
import { Imports } from "./Imports";

/** Articles in from elsewhere, with a look first at what would become of them, and everything out. */
export default function ImportPart() {
  return (
    <Routes>
      <Route index element={<Imports />} />
      <Route path=":id" element={<ImportPage />} />
    </Routes>
  );
}
