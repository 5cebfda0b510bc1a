import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconArticle,
  IconBlockquote,
  IconBold,
  IconCode,
  IconH2,
  IconH3,
  IconItalic,
  IconLink,
  IconList,
  IconListNumbers,
  IconPhoto,
  IconTable,
} from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, type RefObject, useRef, useState } from "react";
import { modKey } from "../../../desk/composer/sendKey";
import css from "./writing.module.css";
import type { EditorHandle, FormatName } from "./MarkdownEditor";

interface Tool {
  name: FormatName | "article" | "image";
  label: string;
  keys?: string;
  icon: typeof IconBold;
}

const TOOLS: readonly Tool[] = [
  { name: "bold", label: "Bold", keys: "B", icon: IconBold },
  { name: "italic", label: "Italic", keys: "I", icon: IconItalic },
  { name: "link", label: "Link", keys: "K", icon: IconLink },
  { name: "article", label: "Link to an article", keys: "Shift K", icon: IconArticle },
  { name: "heading", label: "Heading", keys: "Alt 2", icon: IconH2 },
  { name: "subheading", label: "Smaller heading", keys: "Alt 3", icon: IconH3 },
  { name: "bullets", label: "Bulleted list", keys: "Shift 8", icon: IconList },
  { name: "numbers", label: "Numbered list", keys: "Shift 7", icon: IconListNumbers },
  { name: "quote", label: "Quote", keys: "Shift 9", icon: IconBlockquote },
  { name: "table", label: "Table", icon: IconTable },
  { name: "code", label: "Code", keys: "E", icon: IconCode },
  { name: "image", label: "Image", icon: IconPhoto },
];

/** One stop for Tab; the arrow keys go from tool to tool. */
export function Toolbar({
  editor,
  pickImage,
  children,
}: {
  editor: RefObject<EditorHandle | null>;
  pickImage: () => void;
  children?: ReactNode;
}) {
  const [current, setCurrent] = useState(0);
  const bar = useRef<HTMLDivElement>(null);

  const use = (name: Tool["name"]): void => {
    if (name === "image") pickImage();
    else if (name === "article") editor.current?.linkArticle();
    else editor.current?.format(name);
  };

  const move = (event: KeyboardEvent): void => {
    const last = TOOLS.length - 1;
    const next = {
      ArrowRight: current === last ? 0 : current + 1,
      ArrowLeft: current === 0 ? last : current - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setCurrent(next);
    bar.current?.querySelectorAll<HTMLElement>("[data-tool]")[next]?.focus();
  };

  return (
    <div className={css.toolbar}>
      <div ref={bar} role="toolbar" aria-label="Formatting" className={css.tools} onKeyDown={move}>
        {TOOLS.map(({ name, label, keys, icon: Icon }, at) => (
          <Tooltip key={name} label={keys === undefined ? label : `${label} (${modKey()} ${keys})`}>
            <ActionIcon
              data-tool=""
              size={30}
              aria-label={label}
              tabIndex={at === current ? 0 : -1}
              onFocus={() => setCurrent(at)}
              // The cursor stays in the text.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => use(name)}
            >
              <Icon size={18} stroke={1.75} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        ))}
      </div>
      {children}
    </div>
  );
}
