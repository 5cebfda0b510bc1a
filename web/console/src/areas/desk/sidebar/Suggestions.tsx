import { Button, CloseButton, Loader, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Suggestion, SuggestionsOffered } from "@warmline/wire/frames";
import { type FormEvent, useState } from "react";
import { api } from "../../../api/client";
import { asProblem } from "../../../api/problem";
import { useMay } from "../../../session/session";
import { Await, Bones } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Facts, Why } from "../../../ui/Why";
import type { Opener } from "../article/useArticle";
import { useContribute } from "../contribute/Contribute";
import { readable } from "../words";
import css from "./Sidebar.module.css";

/** About what four lines hold. */
const LONG = 150;
const SURE = { likely: "Likely", maybe: "Maybe" } as const;

function shown(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toFixed(3);
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

interface CardProps {
  suggestion: Suggestion;
  release: string | null;
  insert: ((words: string, from: Suggestion) => void) | null;
  open: Opener;
}

function Card({ suggestion, release, insert, open }: CardProps) {
  const { title, heading, text, confidence, score, revision, why } = suggestion;
  const [isWhole, setWhole] = useState(false);
  return (
    <li className={css.card}>
      <button type="button" className={css.cardTitle} onClick={() => open(suggestion)}>
        <bdi>{title}</bdi>
        {heading !== null && <bdi className={css.cardHeading}>{heading}</bdi>}
      </button>
      <p className={css.snippet} dir="auto" data-whole={isWhole || undefined}>
        {text}
      </p>
      <div className={css.cardFoot}>
        <span className={css.sure} data-sure={confidence}>
          {SURE[confidence]}
        </span>
        <span>v{revision}</span>
        {text.length > LONG && (
          <button type="button" className={css.whole} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? "less" : "all"}
          </button>
        )}
        <Why about={`Why ${title} is suggested`}>
          <Facts
            of={[
              ["Confidence", `${SURE[confidence]}, score ${score.toFixed(2)}`],
              ["Article", suggestion.article_id],
              ["Revision", String(revision)],
              ["Release", release ?? suggestion.release],
              ...Object.entries(why).map(([name, value]) => [readable(name), shown(value)] as const),
            ]}
          />
        </Why>
        <Button
          size="compact-xs"
          className={css.insert ?? ""}
          disabled={insert === null}
          onClick={() => insert?.(text, suggestion)}
          aria-label={`Insert ${title}`}
          title={insert === null ? "Take the conversation to insert" : "Puts the text at the cursor"}
        >
          Insert
        </Button>
      </div>
    </li>
  );
}

function Cards({
  items,
  release,
  insert,
  open,
}: { items: readonly Suggestion[]; release: string | null } & Pick<CardProps, "insert" | "open">) {
  return (
    <ul className={css.cards}>
      {items.map((suggestion) => (
        <Card key={suggestion.id} suggestion={suggestion} release={release} insert={insert} open={open} />
      ))}
    </ul>
  );
}

interface Props {
  conversation: string;
  offered: SuggestionsOffered | null;
  insert: CardProps["insert"];
  open: Opener;
}

/** Answers from the knowledge base: those offered for the newest message, or those to a question of your own. */
export function Suggestions({ conversation, offered, insert, open }: Props) {
  const mayAsk = useMay("knowledge.search");
  const contribute = useContribute();
  const [typed, setTyped] = useState("");
  const [question, setQuestion] = useState("");
  // Pushed ones come with the events; without any (an old conversation) the server is asked once.
  const query = useQuery({
    queryKey: ["suggestions", conversation, question],
    queryFn: ({ signal }) => api.suggestions(conversation, question, signal),
    enabled: mayAsk && (question !== "" || offered === null),
    staleTime: 60_000,
  });
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setQuestion(typed.trim());
  };
  const clear = (): void => {
    setTyped("");
    setQuestion("");
  };
  const items = question === "" && offered !== null ? offered.items : (query.data?.items ?? []);
  const release = question === "" && offered !== null ? offered.release : (query.data?.release ?? null);
  const isAsking = query.isFetching && (question !== "" || offered === null);
  return (
    <div aria-live="polite">
      {mayAsk && (
        <form onSubmit={ask} role="search">
          <TextInput
            size="xs"
            mb={8}
            aria-label="Ask the knowledge base"
            placeholder="Ask the knowledge base"
            leftSection={<IconSearch size={14} aria-hidden="true" />}
            rightSection={
              isAsking && question !== "" ? (
                <Loader size={12} />
              ) : (
                typed !== "" && <CloseButton size="xs" aria-label="Clear the question" onClick={clear} />
              )
            }
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              if (event.currentTarget.value === "") setQuestion("");
            }}
          />
        </form>
      )}
      {question !== "" && items.length > 0 && <p className={css.soft}>Answers to “{question}”</p>}
      {query.isError && (question !== "" || offered === null) ? (
        <ProblemNote problem={asProblem(query.error)} retry={() => void query.refetch()} />
      ) : isAsking && items.length === 0 ? (
        <Await what="Looking for answers">
          <Bones rows={3} />
        </Await>
      ) : items.length === 0 ? (
        <p className={css.none}>
          <strong>No confident suggestion</strong>
          {question === ""
            ? "Nothing in the knowledge base fits the newest message well enough."
            : "Nothing fits this question well enough. Try other words."}
        </p>
      ) : (
        <Cards items={items} release={release} insert={insert} open={open} />
      )}
      {contribute && (
        <button type="button" className={css.missing} onClick={contribute.missing}>
          Something is missing
        </button>
      )}
    </div>
  );
}
