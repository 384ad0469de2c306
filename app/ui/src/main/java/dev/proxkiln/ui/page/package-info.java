/**
 * The pages of the shell: menu, lists, forms, review, browsers. Rule: they decide nothing; what a
 * setting means, which values are right and what will be done, others say. The rest of the program
 * is reached by {@link dev.proxkiln.ui.desk.Desk} alone.
 */
@NullMarked
package dev.proxkiln.ui.page;

import org.jspecify.annotations.NullMarked;
