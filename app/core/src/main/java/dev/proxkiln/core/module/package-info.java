/**
 * The interfaces that a module implements: {@link dev.proxkiln.core.module.Module} with its actions
 * and queries, found by ServiceLoader. Rule: schema, read and plan are pure; only queries read the
 * target.
 */
@NullMarked
package dev.proxkiln.core.module;

import org.jspecify.annotations.NullMarked;
