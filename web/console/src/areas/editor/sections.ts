/** The parts of the knowledge area. The navigation shows these and no others; each is loaded when it is first opened. */
import {
  IconBulb,
  IconChecklist,
  IconClipboardCheck,
  IconFileText,
  IconHeartbeat,
  IconPackage,
  IconRuler2,
  IconTransfer,
} from "@tabler/icons-react";
import { type ComponentType, lazy, type LazyExoticComponent } from "react";

export interface Section {
  /** The first part of the address below /knowledge; everything behind it is the screen's own. */
  path: string;
  title: string;
  icon: typeof IconFileText;
  /** Who may open it. */
  permission: string;
  Screen: LazyExoticComponent<ComponentType>;
}

export const SECTIONS: readonly Section[] = [
  {
    path: "articles",
    title: "Articles",
    icon: IconFileText,
    permission: "knowledge.search",
    Screen: lazy(() => import("./articles")),
  },
  {
    path: "releases",
    title: "Releases",
    icon: IconPackage,
    permission: "knowledge.search",
    Screen: lazy(() => import("./releases")),
  },
  {
    path: "workbench",
    title: "Workbench",
    icon: IconRuler2,
    permission: "knowledge.search",
    Screen: lazy(() => import("./workbench")),
  },
  {
    path: "contributions",
    title: "Contributions",
    icon: IconBulb,
    permission: "knowledge.contribute",
    Screen: lazy(() => import("./contributions")),
  },
  {
    path: "health",
    title: "Health",
    icon: IconHeartbeat,
    permission: "knowledge.search",
    Screen: lazy(() => import("./health")),
  },
  {
    path: "tasks",
    title: "Tasks",
    icon: IconChecklist,
    permission: "knowledge.edit",
    Screen: lazy(() => import("./tasks")),
  },
  {
    path: "audits",
    title: "Audits",
    icon: IconClipboardCheck,
    permission: "knowledge.edit",
    Screen: lazy(() => import("./audits")),
  },
  {
    path: "imports",
    title: "Import and export",
    icon: IconTransfer,
    permission: "knowledge.edit",
    Screen: lazy(() => import("./imports")),
  },
];

/** Whether there is such a part, so that a link to it leads somewhere. */
export const hasSection = (path: string): boolean => SECTIONS.some((section) => section.path === path);
