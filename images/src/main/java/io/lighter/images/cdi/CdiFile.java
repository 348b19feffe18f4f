package io.lighter.images.cdi;

import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads one file of a vendor, JSON or YAML. What is not known in it is refused. */
final class CdiFile {
  /** More than any driver needs. */
  private static final long LARGEST = 4 << 20;

  /** Newer ones may say what we would not understand. */
  private static final Set<String> VERSIONS =
      Set.of(
          "0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0");

  private CdiFile() {}

  /**
   * Reads the devices of a file, in its order.
   *
   * @throws ImageException names the field that is wrong
   */
  static List<CdiDevice> read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new ImageException(file + " is larger than 4 MiB");
    }
    Fields fields = Fields.read(file.toString(), json(file));
    known(fields, Set.of("cdiVersion", "kind", "annotations", "devices", "containerEdits"));
    String version = fields.requiredString("cdiVersion").replaceFirst("^v", "");
    if (!VERSIONS.contains(version)) {
      throw fields.error("cdiVersion", "is " + version + ", which is not known; 1.1.0 is the last");
    }
    DeviceKind kind = new DeviceKind(fields.requiredString("kind"));
    Map<String, String> ofFile = annotations(fields);
    CdiDevice.FileEdits forAll = new CdiDevice.FileEdits(file.toString(), edits(fields));
    List<CdiDevice> devices =
        fields.objects("devices", device -> device(device, kind, ofFile, forAll));
    Set<String> names = new HashSet<>();
    for (CdiDevice device : devices) {
      if (!names.add(device.name())) {
        throw fields.error("devices", "has " + device.name() + " twice");
      }
    }
    if (devices.isEmpty()) {
      throw fields.error("devices", "has none");
    }
    return devices;
  }

  private static byte[] json(Path file) throws IOException {
    Object tree;
    try {
      // JSON is YAML, too, and the files' endings are not looked at.
      tree =
          new Yaml(new SafeConstructor(new LoaderOptions()))
              .load(Files.readString(file, StandardCharsets.UTF_8));
    } catch (YAMLException e) {
      throw new ImageException(file + " is neither JSON nor YAML: " + e.getMessage(), e);
    }
    return JsonWriter.compact(tree).getBytes(StandardCharsets.UTF_8);
  }

  static void known(Fields fields, Set<String> keys) {
    for (String name : fields.names()) {
      if (!keys.contains(name)) {
        throw fields.error(name, "is not known");
      }
    }
  }

  private static CdiDevice device(
      Fields fields, DeviceKind kind, Map<String, String> ofFile, CdiDevice.FileEdits forAll) {
    known(fields, Set.of("name", "annotations", "containerEdits"));
    Map<String, String> all = new LinkedHashMap<>(ofFile);
    all.putAll(annotations(fields));
    String name = DeviceKind.checkDevice(fields.requiredString("name"));
    return new CdiDevice(kind.text(), name, all, forAll, edits(fields));
  }

  private static Map<String, String> annotations(Fields fields) {
    Map<String, String> annotations = new LinkedHashMap<>();
    Fields given = fields.object("annotations");
    if (given != null) {
      // Docker's own example has a bare true here.
      for (String name : given.names()) {
        annotations.put(name, given.scalar(name));
      }
    }
    return annotations;
  }

  private static ContainerEdits edits(Fields fields) {
    Fields edits = fields.object("containerEdits");
    return edits == null ? ContainerEdits.NONE : new EditsReader(edits).read();
  }
}
