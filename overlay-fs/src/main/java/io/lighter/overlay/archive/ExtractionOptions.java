package io.lighter.overlay.archive;

/**
 * How an archive is extracted.
 *
 * @param whiteouts what {@code .wh.} names mean
 * @param devices what becomes of character and block devices. A device node gives whoever may open
 *     it the device, so that it takes a nodev mount or a device filter to have them created.
 * @param fifos what becomes of FIFOs, which are harmless to who never opens a file of an image
 *     without O_NONBLOCK
 * @param keepFolders whether it is an error that a folder would replace another type of file or the
 *     other way round ({@code noOverwriteDirNonDir} of the Docker API); otherwise the archive wins
 * @param owners of the archive into those of the files
 * @param limits of what the archive may have
 */
public record ExtractionOptions(
    WhiteoutMode whiteouts,
    SpecialFiles devices,
    SpecialFiles fifos,
    boolean keepFolders,
    OwnerMapping owners,
    ExtractionLimits limits) {

  /** For layers that are mounted by overlayfs. Devices are created, as the peers do. */
  public static final ExtractionOptions LAYER =
      new ExtractionOptions(
          WhiteoutMode.OVERLAY,
          SpecialFiles.CREATE,
          SpecialFiles.CREATE,
          false,
          OwnerMapping.IDENTITY,
          ExtractionLimits.DEFAULTS);

  /** For archives that are no layers, such as those of {@code docker cp}. */
  public static final ExtractionOptions FILES = LAYER.withWhiteouts(WhiteoutMode.LITERAL);

  /** Returns these options with other {@link #whiteouts}. */
  public ExtractionOptions withWhiteouts(WhiteoutMode value) {
    return new ExtractionOptions(value, devices, fifos, keepFolders, owners, limits);
  }

  /** Returns these options with other {@link #devices}. */
  public ExtractionOptions withDevices(SpecialFiles value) {
    return new ExtractionOptions(whiteouts, value, fifos, keepFolders, owners, limits);
  }

  /** Returns these options with other {@link #fifos}. */
  public ExtractionOptions withFifos(SpecialFiles value) {
    return new ExtractionOptions(whiteouts, devices, value, keepFolders, owners, limits);
  }

  /** Returns these options with another {@link #keepFolders}. */
  public ExtractionOptions withKeepFolders(boolean value) {
    return new ExtractionOptions(whiteouts, devices, fifos, value, owners, limits);
  }

  /** Returns these options with other {@link #owners}. */
  public ExtractionOptions withOwners(OwnerMapping value) {
    return new ExtractionOptions(whiteouts, devices, fifos, keepFolders, value, limits);
  }

  /** Returns these options with other {@link #limits}. */
  public ExtractionOptions withLimits(ExtractionLimits value) {
    return new ExtractionOptions(whiteouts, devices, fifos, keepFolders, owners, value);
  }
}
