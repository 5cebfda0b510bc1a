import { FIGURES, shown, step } from "./measures";
import css from "./workbench.module.css";

type Values = Readonly<Record<string, number | null>>;

/** The figures of one measurement, with what each means; against those before, when there are any. */
export function Figures({ of, before }: { of: Values; before?: Values }) {
  return (
    <dl className={css.figures}>
      {FIGURES.filter(({ name }) => of[name] !== undefined).map(({ name, title, meaning }) => {
        const moved = before ? step(before[name], of[name]) : null;
        return (
          <div key={name} className={css.figure} title={meaning}>
            <dt>{title}</dt>
            <dd>
              {shown(of[name])}
              {moved && (
                <span className={css.step} data-kind={moved.kind}>
                  {moved.words}
                </span>
              )}
            </dd>
            <p className={css.meaning}>{meaning}</p>
          </div>
        );
      })}
    </dl>
  );
}
