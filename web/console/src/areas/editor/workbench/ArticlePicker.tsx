import { CloseButton, Combobox, InputBase, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useFinding } from "../articles/queries";
import css from "./workbench.module.css";

export interface Picked {
  article_id: string;
  title: string;
  heading: string | null;
  grade: number;
}

const GRADES: Readonly<Record<number, string>> = { 3: "Is the answer", 2: "Answers a part", 1: "Helps" };

/** Which articles answer a question, and how well each does. */
export function ArticlePicker({
  picked,
  change,
  label,
}: {
  picked: readonly Picked[];
  change: (next: readonly Picked[]) => void;
  label: string;
}) {
  const [words, setWords] = useState("");
  const [settled] = useDebouncedValue(words, 200);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const found = useFinding(settled, 8);
  const offered = [...new Map(found.data?.items.map((line) => [line.id, line])).values()].filter(
    ({ id }) => !picked.some(({ article_id }) => article_id === id),
  );
  const take = (id: string): void => {
    const line = offered.find((one) => one.id === id);
    if (!line) return;
    change([...picked, { article_id: id, title: line.title, heading: null, grade: 3 }]);
    setWords("");
    combobox.closeDropdown();
  };
  return (
    <div className={css.picker}>
      <Combobox store={combobox} onOptionSubmit={take}>
        <Combobox.Target>
          <InputBase
            label={label}
            description="None: the search should say that it has no answer"
            placeholder="Search articles"
            value={words}
            onChange={(event) => {
              setWords(event.currentTarget.value);
              combobox.openDropdown();
              combobox.selectFirstOption();
            }}
            onFocus={() => combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={settled.trim().length < 2}>
          <Combobox.Options>
            {offered.map(({ id, title, locale }) => (
              <Combobox.Option key={id} value={id}>
                {title} <span className={css.meta}>{locale}</span>
              </Combobox.Option>
            ))}
            {found.isSuccess && offered.length === 0 && <Combobox.Empty>No other article matches</Combobox.Empty>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {picked.length > 0 && (
        <ul className={css.picked}>
          {picked.map((one, at) => (
            <li key={one.article_id} className={css.pickedLine}>
              <span className={css.pickedTitle}>{one.title || one.article_id}</span>
              <select
                className={css.grade}
                aria-label={`How well “${one.title}” answers`}
                value={one.grade}
                onChange={(event) =>
                  change(picked.with(at, { ...one, grade: Number(event.currentTarget.value) }))
                }
              >
                {[3, 2, 1].map((grade) => (
                  <option key={grade} value={grade}>
                    {GRADES[grade]}
                  </option>
                ))}
              </select>
              <CloseButton
                size="sm"
                aria-label={`Leave out “${one.title}”`}
                onClick={() => change(picked.filter((_, index) => index !== at))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
