import { linked } from "@warmline/kit/links";
import type { Entity } from "@warmline/wire/frames";
import { memo, useCallback } from "react";
import { Nodes } from "../../../ui/Nodes";
import { readable } from "../words";
import { pieces } from "./pieces";
import css from "./Thread.module.css";

function Linked({ text }: { text: string }) {
  const make = useCallback(() => linked(text), [text]);
  return <Nodes make={make} />;
}

const NONE: readonly Entity[] = [];

/** A message's words as they were written, with addresses as links and known things marked lightly. */
export const Words = memo(function Words({ text, entities = NONE }: { text: string; entities?: readonly Entity[] }) {
  return (
    <p className={css.words} dir="auto">
      {pieces(text, entities).map((piece, at) =>
        piece.entity === null ? (
          <Linked key={at} text={piece.text} />
        ) : (
          <mark key={at} className={css.entity} title={readable(piece.entity)}>
            {piece.text}
          </mark>
        ),
      )}
    </p>
  );
});
