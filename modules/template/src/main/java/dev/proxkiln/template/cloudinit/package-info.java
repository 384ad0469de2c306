/**
 * The file formats of cloud-init: which kind a text is, YAML as cloud-init reads it, its schemas,
 * merging. Rule: pure, and knows nothing of Proxmox VE.
 */
@NullMarked
package dev.proxkiln.template.cloudinit;

import org.jspecify.annotations.NullMarked;
