package io.lighter.images.build;

import io.lighter.images.ImageException;
import io.lighter.images.cdi.CdiDevice;
import io.lighter.images.cdi.ContainerEdits;
import io.lighter.images.cdi.DeviceCatalogue;
import io.lighter.images.dockerfile.DeviceRequest;
import io.lighter.images.dockerfile.NearestWord;
import io.lighter.images.dockerfile.SyntaxException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The devices of a RUN: what it asked for, may have, and gets. Used by one thread. */
final class CommandDevices {
  private final BuildRun run;
  private final List<DeviceRequest> asked;

  CommandDevices(BuildRun run, List<DeviceRequest> asked) {
    this.run = run;
    this.asked = asked;
  }

  /** Adds what was asked for: what the devices are does not count, as in BuildKit. */
  void addTo(CacheKey key) {
    for (DeviceRequest request : asked) {
      key.add("device")
          .add(run.request().devices().meant(request.name()))
          .add(Boolean.toString(request.required()));
    }
  }

  /**
   * Returns what the container gets. A device that is not there and not required is told of.
   *
   * @throws SyntaxException when one is required and not there, or not allowed, or needs what a
   *     build cannot do
   */
  ContainerEdits edits() throws IOException {
    if (asked.isEmpty()) {
      return ContainerEdits.NONE;
    }
    DeviceCatalogue catalogue = DeviceCatalogue.read(run.request().deviceFolders());
    catalogue.problems().forEach(run.progress()::warned);
    List<CdiDevice> devices = new ArrayList<>();
    for (DeviceRequest request : asked) {
      find(catalogue, request).stream().filter(d -> !devices.contains(d)).forEach(devices::add);
    }
    ContainerEdits edits = DeviceCatalogue.edits(devices);
    for (CdiDevice device : devices) {
      refuse(device, device.edits());
      refuse(device, device.file().edits());
    }
    return edits;
  }

  private List<CdiDevice> find(DeviceCatalogue catalogue, DeviceRequest request) {
    DeviceRights rights = run.request().devices();
    String name = rights.meant(request.name());
    List<CdiDevice> found;
    try {
      found = catalogue.find(name);
    } catch (ImageException e) {
      throw new SyntaxException("RUN --device=" + name + ": " + e.getMessage());
    }
    if (found.isEmpty()) {
      String missing =
          "the device " + name + " is not there" + NearestWord.hint(name, catalogue.names());
      if (request.required()) {
        throw new SyntaxException(
            missing
                + "; it is required, and files of "
                + String.join(
                    ", ", run.request().deviceFolders().stream().map(String::valueOf).toList())
                + " describe devices");
      }
      run.progress().warned(missing + "; the command runs without it");
    }
    for (CdiDevice device : found) {
      if (!rights.allow(device, request.name())) {
        throw new SyntaxException(
            "the device %s is not allowed; allow it by --allow device=%s"
                .formatted(device.fullName(), device.fullName()));
      }
    }
    return found;
  }

  private static void refuse(CdiDevice device, ContainerEdits edits) {
    if (!edits.unsupported().isEmpty()) {
      throw new SyntaxException(
          "the device %s needs %s, which %s asks for and a build has not"
              .formatted(
                  device.fullName(),
                  String.join(" and ", edits.unsupported()),
                  device.file().path()));
    }
  }
}
