package dev.proxkiln.template.rotation;

import dev.proxkiln.core.spec.Spec;

/**
 * The checked wish of {@code template rollback}.
 *
 * @param series what has versions
 * @param from the current version
 * @param to the version that gets the name back
 */
record RollbackSpec(Series series, Series.Version from, Series.Version to) implements Spec {}
