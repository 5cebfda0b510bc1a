import { ActionIcon, Avatar, Menu, Tooltip, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { IconDeviceDesktop, IconHelp, IconLogout, IconMoon, IconSearch, IconSun } from "@tabler/icons-react";
import { Suspense, useMemo, useState } from "react";
import { NavLink, Outlet } from "react-router";
import { AREAS } from "../areas";
import { modKey } from "../areas/desk/composer/sendKey";
import { useSession } from "../session/session";
import { Await } from "../ui/Await";
import { Mark } from "../ui/Mark";
import { AiSwitch } from "./AiSwitch";
import { type Command, useCommands } from "./commands";
import { Help } from "./Help";
import { Notices } from "./Notices";
import { Offline } from "./Offline";
import { Palette } from "./Palette";
import css from "./Shell.module.css";
import { useShortcuts } from "./shortcuts";

function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join("")
    .toUpperCase();
}

function Account() {
  const { me, signOut } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="right-end" width={240}>
      <Menu.Target>
        <UnstyledButton className={css.me}>
          <Avatar aria-hidden="true" size={32} radius="xl" color="accent" variant="light">
            {initials(me.name)}
          </Avatar>
          <span className="sr">{me.name}: account</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={css.who}>
          <strong>{me.name}</strong>
          <span>{me.email}</span>
          <span>{me.roles.join(", ").replaceAll("_", " ")}</span>
        </div>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value === "light" || value === "dark" ? value : "auto")}
        >
          <Menu.RadioItem value="auto" rightSection={<IconDeviceDesktop size={16} aria-hidden="true" />}>
            As the system
          </Menu.RadioItem>
          <Menu.RadioItem value="light" rightSection={<IconSun size={16} aria-hidden="true" />}>
            Light
          </Menu.RadioItem>
          <Menu.RadioItem value="dark" rightSection={<IconMoon size={16} aria-hidden="true" />}>
            Dark
          </Menu.RadioItem>
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden="true" />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The frame around every area: navigation, banners, palette and shortcuts. */
export function Shell() {
  const { me, signOut } = useSession();
  const { setColorScheme } = useMantineColorScheme();
  const [isHelpOpen, setHelp] = useState(false);
  useShortcuts();
  const own = useMemo<Command[]>(
    () => [
      { id: "help", title: "Show shortcuts", group: "General", keys: "?", run: () => setHelp(true) },
      { id: "light", title: "Light appearance", group: "General", run: () => setColorScheme("light") },
      { id: "dark", title: "Dark appearance", group: "General", run: () => setColorScheme("dark") },
      { id: "auto", title: "Appearance as the system", group: "General", run: () => setColorScheme("auto") },
      { id: "sign-out", title: "Sign out", group: "General", run: signOut },
    ],
    [setColorScheme, signOut],
  );
  useCommands(own);
  return (
    <div className={css.shell}>
      <nav className={css.nav} aria-label="Areas">
        <div className={css.mark}>
          <Mark size={28} />
        </div>
        {AREAS.filter(({ permission }) => me.permissions.has(permission)).map(({ path, title, icon: Icon }) => (
          <Tooltip key={path} label={title} position="right">
            <NavLink to={`/${path}`} className={css.area ?? ""} aria-label={title}>
              <Icon size={20} stroke={1.75} aria-hidden="true" />
            </NavLink>
          </Tooltip>
        ))}
        <div className={css.space} />
        <Tooltip label={`Find or do anything (${modKey()} K)`} position="right">
          <ActionIcon size={36} onClick={spotlight.open} aria-label="Find or do anything">
            <IconSearch size={20} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
        <Notices />
        {me.permissions.has("ai.switch") && <AiSwitch />}
        <Tooltip label="Shortcuts (?)" position="right">
          <ActionIcon
            size={36}
            className={css.onlyWide ?? ""}
            onClick={() => setHelp(true)}
            aria-label="Show shortcuts"
          >
            <IconHelp size={20} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
        <Account />
      </nav>
      <div className={css.body}>
        <Offline />
        <main className={css.main}>
          <Suspense fallback={<Await what="Loading" />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Palette />
      <Help opened={isHelpOpen} close={() => setHelp(false)} />
    </div>
  );
}
