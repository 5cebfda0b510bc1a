import type { ReactNode } from "react";
import css from "./ui.module.css";

/** Says what will be here and how to get it there; `heading` where it stands for the whole screen. */
export function Empty({
  icon,
  title,
  heading = false,
  children,
}: {
  icon?: ReactNode;
  title: string;
  heading?: boolean;
  children?: ReactNode;
}) {
  const Title = heading ? "h1" : "p";
  return (
    <div className={css.empty}>
      {icon && <div className={css.emptyIcon}>{icon}</div>}
      <Title className={css.emptyTitle}>{title}</Title>
      {children && <div className={css.emptyText}>{children}</div>}
    </div>
  );
}
