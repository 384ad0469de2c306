/**
 * Guests: their configuration files, locks, drives and everything that is done to them.
 *
 * <p>Rule: one class per operation; each checks what a node checks before it starts a task, and
 * again inside it. What the configuration file says is what is; nothing about a guest is kept
 * elsewhere but whether it runs.
 */
@NullMarked
package dev.proxkiln.sandbox.guest;

import org.jspecify.annotations.NullMarked;
