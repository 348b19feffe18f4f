package io.lighter.images.transfer;

import io.lighter.images.Descriptor;
import io.lighter.images.reference.Reference;
import java.io.IOException;
import java.io.InputStream;

/** Where images come from: a registry, or an archive that is laid out like one. Thread-safe. */
public interface Origin {

  /** Returns the manifest or the index that a name stands for. Its digest has been checked. */
  Document manifest(Reference name) throws IOException;

  /**
   * Opens a blob. Breaks of the connection are its own matter; it ends early only when there is no
   * more hope. Neither digest nor size have been checked.
   *
   * @param name by which the image was asked for
   * @param offset of the first byte that is wanted
   */
  InputStream blob(Reference name, Descriptor blob, long offset) throws IOException;
}
