/**
 * What makes a guest run: QEMU processes, cloud-init drives, guest agents, and stand-ins for all of
 * them where QEMU is missing or not wanted.
 *
 * <p>Rule: nothing here knows the API; it is told what to run and says what runs.
 */
@NullMarked
package dev.proxkiln.sandbox.boot;

import org.jspecify.annotations.NullMarked;
