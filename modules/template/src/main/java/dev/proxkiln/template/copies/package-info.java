/**
 * {@code template publish}: the same template on every node of a cluster whose disks are local.
 * Rule: the guest moves before it becomes a template, because the base volumes of a template do not
 * move everywhere; and nothing has the template's name before it is one.
 */
@NullMarked
package dev.proxkiln.template.copies;

import org.jspecify.annotations.NullMarked;
