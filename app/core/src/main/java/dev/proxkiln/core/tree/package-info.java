/**
 * Plain trees of maps, lists, strings, numbers, booleans and null: the shape of JSON and YAML
 * without a library. Rule: reading is tolerant (numbers as strings, 0/1 booleans, missing keys).
 */
@NullMarked
package dev.proxkiln.core.tree;

import org.jspecify.annotations.NullMarked;
