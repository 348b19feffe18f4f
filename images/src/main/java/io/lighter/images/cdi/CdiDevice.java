package io.lighter.images.cdi;

import java.util.Map;

/**
 * A device that a file of a vendor describes.
 *
 * @param kind {@code vendor.com/class}
 * @param name within its kind
 * @param annotations of the file, and over them those of the device
 * @param file the edits for all devices of its file
 * @param edits its own
 */
public record CdiDevice(
    String kind,
    String name,
    Map<String, String> annotations,
    FileEdits file,
    ContainerEdits edits) {
  /** What BuildKit calls the annotation of devices that every build may use. */
  private static final String AUTOMATIC = "org.mobyproject.buildkit.device.autoallow";

  /** What BuildKit calls the annotation by which a name stands for several devices. */
  private static final String CLASS = "org.mobyproject.buildkit.device.class";

  /**
   * The edits that a container gets once for all devices of a file.
   *
   * @param path of the file
   */
  public record FileEdits(String path, ContainerEdits edits) {}

  public CdiDevice {
    annotations = Map.copyOf(annotations);
  }

  /** Returns {@code vendor.com/class=name}. */
  public String fullName() {
    return kind + "=" + name;
  }

  /** Tells whether its file lets every build use it. */
  public boolean isAutomaticallyAllowed() {
    return switch (annotations.getOrDefault(AUTOMATIC, "")) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      default -> false;
    };
  }

  /** Tells whether a name stands for it and others. */
  boolean isOfClass(String text) {
    return text.equals(annotations.get(CLASS));
  }
}
