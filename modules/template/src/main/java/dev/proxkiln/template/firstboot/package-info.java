/**
 * What clones do at their first boot: vendor data for what is wished of them, and the user's own
 * cloud-init files. Rule: pure; a file is checked before anything is made, and never silently
 * replaces what Proxmox VE would have said.
 */
@NullMarked
package dev.proxkiln.template.firstboot;

import org.jspecify.annotations.NullMarked;
