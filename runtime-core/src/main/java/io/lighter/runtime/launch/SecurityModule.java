package io.lighter.runtime.launch;

/** A module of the kernel that confines processes by labels; a kernel has one of them or none. */
public enum SecurityModule {
  APPARMOR,
  SELINUX
}
