/** The areas of the app. The navigation shows these and no others; each is loaded when it is first opened. */
import { IconBook2, IconMessages } from "@tabler/icons-react";
import { type ComponentType, lazy, type LazyExoticComponent } from "react";

export interface Area {
  path: string;
  /** Route patterns inside the area. */
  routes: readonly string[];
  title: string;
  icon: typeof IconMessages;
  /** Who may open it. */
  permission: string;
  Screen: LazyExoticComponent<ComponentType>;
}

export const AREAS: readonly Area[] = [
  {
    path: "desk",
    routes: ["", ":view", ":view/:id"],
    title: "Desk",
    icon: IconMessages,
    permission: "conversation.read",
    Screen: lazy(() => import("./desk")),
  },
  {
    path: "knowledge",
    routes: ["*"],
    title: "Knowledge",
    icon: IconBook2,
    permission: "knowledge.search",
    Screen: lazy(() => import("./editor")),
  },
];
