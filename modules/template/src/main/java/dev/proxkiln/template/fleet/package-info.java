/**
 * Several templates at once: one call for several images, and whether a template that is there is
 * as it is wanted. Rule: knows settings, plans and configurations as data, never how a template is
 * made.
 */
@NullMarked
package dev.proxkiln.template.fleet;

import org.jspecify.annotations.NullMarked;
