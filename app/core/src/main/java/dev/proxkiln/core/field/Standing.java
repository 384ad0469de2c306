package dev.proxkiln.core.field;

import dev.proxkiln.core.problem.Problem;
import java.util.Optional;

/**
 * How one setting stands with some values.
 *
 * @param applies whether it means anything with the answers before it; false too where those are
 *     wrong, so that nobody can say
 * @param text its value as its type prints it, given or by default; empty where it has none or a
 *     wrong one
 * @param problem what is wrong with it: {@code invalid-value} or {@code missing-value}
 */
public record Standing(
    Field<?> field, boolean applies, Optional<String> text, Optional<Problem> problem) {}
