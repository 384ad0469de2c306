/**
 * {@code template create}: a cloud image becomes a template. Settings, the checked wish, and the
 * plan. Rule: pure; the traps of Proxmox VE are met here, each where the parameter is made.
 */
@NullMarked
package dev.proxkiln.template.create;

import org.jspecify.annotations.NullMarked;
