/**
 * The embedded node: a strict stand-in for a Proxmox VE node that speaks its REST API on loopback,
 * with real disks and, where QEMU is installed, real guests.
 *
 * <p>{@link dev.proxkiln.sandbox.Sandbox} runs one inside this process, {@link
 * dev.proxkiln.sandbox.SandboxProcess} is the entry of a process of its own, {@link
 * dev.proxkiln.sandbox.RunningSandbox} finds a running one by its state folder. Rule: the sandbox
 * never accepts what a real node refuses, and never claims to be a Proxmox VE.
 */
@NullMarked
package dev.proxkiln.sandbox;

import org.jspecify.annotations.NullMarked;
