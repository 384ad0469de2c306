/**
 * The Proxmox VE client: targets, facts and queries over {@code core.port.PvePort}.
 *
 * <p>Below it: {@code problem} (typed errors), {@code task} (UPIDs, following tasks), {@code wire}
 * (JSON), {@code rest} and {@code pvesh} (transports), {@code model} (property strings). Rule:
 * reading is tolerant, writing is strict; nothing here starts a process or writes a file by itself.
 */
@NullMarked
package dev.proxkiln.pve;

import org.jspecify.annotations.NullMarked;
