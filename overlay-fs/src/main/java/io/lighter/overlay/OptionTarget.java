package io.lighter.overlay;

/** Where options of a mount go: into a context of fsopen, or onto a page for mount(2). */
interface OptionTarget {

  /** Sets an option that has a value. */
  void set(String key, String value);

  /** Sets an option that has none. */
  void set(String key);

  /** Sets the SELinux context of the whole mount. */
  void setLabel(String label);
}
