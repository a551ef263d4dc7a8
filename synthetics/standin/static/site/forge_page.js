// The page that holds Forge apps: each is mounted a little after the page itself.

import { mountForge } from "./forge_mount.js";

const MOUNT_AFTER_MS = 150;

for (const stage of document.querySelectorAll("[data-forge-stage]")) setTimeout(() => mountForge(stage), MOUNT_AFTER_MS);
