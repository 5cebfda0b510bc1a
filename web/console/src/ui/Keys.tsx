import css from "./ui.module.css";

/** "g m" as two keys. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={css.keys}>
      {keys.split(" ").map((key, at) => (
        <kbd key={at} className={css.key}>
          {key}
        </kbd>
      ))}
    </span>
  );
}
