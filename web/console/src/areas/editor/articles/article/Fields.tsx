import { Textarea } from "@mantine/core";
import { directionOf } from "../words";
import type { Content } from "../types";
import css from "./article.module.css";

/** Title and summary, written where they are read. */
export function Fields({
  content,
  locale,
  readOnly,
  write,
  down,
}: {
  content: Content;
  locale: string;
  readOnly: boolean;
  write: (part: Partial<Content>) => void;
  /** Goes on to the text. */
  down: () => void;
}) {
  const words = { lang: locale, dir: directionOf(locale), readOnly, spellCheck: true } as const;
  return (
    <div className={css.fields}>
      <Textarea
        {...words}
        variant="unstyled"
        aria-label="Title"
        placeholder="Title: what a reader would ask"
        autosize
        minRows={1}
        maxLength={300}
        classNames={{ input: css.titleInput ?? "" }}
        value={content.title}
        onChange={(event) => write({ title: event.currentTarget.value.replace(/\n/g, " ") })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          down();
        }}
      />
      <Textarea
        {...words}
        variant="unstyled"
        aria-label="Summary"
        placeholder={readOnly ? "No summary" : "Summary: the answer in a sentence or two, shown in search results"}
        autosize
        minRows={1}
        maxLength={1000}
        classNames={{ input: css.summaryInput ?? "" }}
        value={content.summary}
        onChange={(event) => write({ summary: event.currentTarget.value })}
      />
    </div>
  );
}
