import { Popover, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import css from "./ui.module.css";

interface Props {
  /** What is explained, for screen readers: "why this was handed over". */
  about: string;
  /** The words on the control. */
  label?: ReactNode;
  children: ReactNode;
}

/** The quiet "why" that each automatic thing has: opens its reason, inputs and versions. */
export function Why({ about, label = "why", children }: Props) {
  return (
    <Popover width={320} position="bottom-start" withinPortal trapFocus={false} returnFocus>
      <Popover.Target>
        <UnstyledButton className={css.why} aria-label={about}>
          {label}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={css.whyPanel}>{children}</Popover.Dropdown>
    </Popover>
  );
}

export type Fact = readonly [name: string, value: ReactNode];

/** Facts with names, one a line; those without a value are left out. */
export function Facts({ of }: { of: readonly Fact[] }) {
  return (
    <dl className={css.facts}>
      {of
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name} className={css.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
