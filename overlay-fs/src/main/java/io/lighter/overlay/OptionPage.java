package io.lighter.overlay;

/** Options as mount(2) takes them, on one page: {@code key=value,key,...}. */
final class OptionPage implements OptionTarget {
  /** What fits on the page beside its terminating zero: mount(2), "data". */
  static final int CAPACITY = 4095;

  private final StringBuilder text = new StringBuilder();

  @Override
  public void set(String key, String value) {
    set(key);
    text.append('=').append(value);
  }

  @Override
  public void set(String key) {
    if (!text.isEmpty()) {
      text.append(',');
    }
    text.append(key);
  }

  /** A label has commas: the kernel takes them between quotation marks. */
  @Override
  public void setLabel(String label) {
    set("context", '"' + label + '"');
  }

  /**
   * Returns the options.
   *
   * @throws OverlayException when they are longer than a page
   */
  String text() {
    if (text.length() > CAPACITY) {
      throw new OverlayException(
          "the options of the mount have %d characters, and this kernel takes %d"
              .formatted(text.length(), CAPACITY));
    }
    return text.toString();
  }
}
