import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useStore } from "../realtime/store";
import { Keys } from "../ui/Keys";
import { allCommands, type Command, commands } from "./commands";
import css from "./Shell.module.css";

function entries(command: Command): SpotlightActionData[] {
  if (command.more)
    return command.more().map(({ id, title, detail, run }) => ({
      id: `${command.id}-${id}`,
      label: title,
      description: detail,
      onClick: run,
    }));
  return [
    {
      id: command.id,
      label: command.title,
      onClick: command.run,
      ...(command.keys === undefined ? {} : { rightSection: <Keys keys={command.keys} /> }),
    },
  ];
}

/** What is nearest to the work in hand comes first. */
const ORDER: readonly Command["group"][] = [
  "Conversation",
  "Article",
  "List",
  "Knowledge",
  "General",
  "Conversations",
  "Articles",
];

/** Ctrl/Cmd K: everything that can be done here, and every conversation and article that is known, by typing. */
export function Palette() {
  const registered = useStore(commands, (all) => all);
  const [opened, setOpened] = useState(0);
  const groups = useMemo<SpotlightActionGroupData[]>(() => {
    const byGroup = new Map<string, SpotlightActionData[]>();
    for (const command of allCommands(registered))
      byGroup.set(command.group, [...(byGroup.get(command.group) ?? []), ...entries(command)]);
    return ORDER.filter((group) => byGroup.has(group)).map((group) => ({ group, actions: byGroup.get(group) ?? [] }));
    // Opening it reads what is known anew.
  }, [registered, opened]);
  return (
    <Spotlight
      actions={groups}
      shortcut={["mod + K"]}
      limit={12}
      scrollable
      maxHeight={460}
      overlayProps={{ blur: 0 }}
      classNames={{ content: css.palette ?? "", actionsGroup: css.paletteGroup ?? "" }}
      nothingFound="Nothing has this name"
      highlightQuery
      onSpotlightOpen={() => setOpened((count) => count + 1)}
      searchProps={{
        placeholder: "What do you want to do?",
        "aria-label": "What do you want to do?",
        leftSection: <IconSearch size={16} aria-hidden="true" />,
      }}
    />
  );
}
