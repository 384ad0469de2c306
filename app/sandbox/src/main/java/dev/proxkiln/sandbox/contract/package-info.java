/**
 * The API contract of Proxmox VE as data: which paths, verbs and parameters exist in 8.4, 9.1 and
 * 9.2, and what a node refuses before it does anything.
 *
 * <p>Rule: nothing here knows a guest or a storage; the check looks at a call alone. It must never
 * accept what a real node refuses. A leaf package, usable by the tests of every other module.
 */
@NullMarked
package dev.proxkiln.sandbox.contract;

import org.jspecify.annotations.NullMarked;
