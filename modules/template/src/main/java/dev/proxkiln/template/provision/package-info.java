/**
 * {@code template provision}: boots a clone of a template, runs an Ansible playbook against it, and
 * makes the result a template of its own. Rules: the guest's host key comes through its agent, and
 * no other is taken; the key that lets Ansible in is made for the run and goes with it; the clone
 * carries the run in its notes from the moment it is made, and nothing without that is touched.
 */
@NullMarked
package dev.proxkiln.template.provision;

import org.jspecify.annotations.NullMarked;
