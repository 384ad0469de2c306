/**
 * What tests of every module share: servers with faults, tiny images, throw-away keys. Rule:
 * nothing here is shipped, and nothing here sleeps to wait for something.
 */
@NullMarked
package dev.proxkiln.testkit;

import org.jspecify.annotations.NullMarked;
