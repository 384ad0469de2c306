/**
 * Full screens as data: a {@link dev.proxkiln.ui.screen.Page} draws a {@link
 * dev.proxkiln.ui.screen.Frame} of its own state, and answers each {@link
 * dev.proxkiln.ui.screen.Key} with what comes {@link dev.proxkiln.ui.screen.Next}; the {@link
 * dev.proxkiln.ui.screen.Navigator} keeps the stack of pages. Rule: no terminal, no clock and no
 * waiting here; slow work is an {@link dev.proxkiln.ui.screen.Errands errand}.
 */
@NullMarked
package dev.proxkiln.ui.screen;

import org.jspecify.annotations.NullMarked;
