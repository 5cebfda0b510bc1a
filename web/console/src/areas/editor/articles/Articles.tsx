import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { Await } from "../../../ui/Await";
import { ArticleList } from "./list/ArticleList";

// The writing surface is large; the list must not wait for it.
const ArticlePage = lazy(() => import("./article/ArticlePage"));

/** The list of articles, and one article. */
export default function Articles() {
  return (
    <Suspense fallback={<Await what="Loading" />}>
      <Routes>
        <Route index element={<ArticleList />} />
        <Route path=":id" element={<ArticlePage />} />
        <Route path=":id/:locale/*" element={<ArticlePage />} />
      </Routes>
    </Suspense>
  );
}
