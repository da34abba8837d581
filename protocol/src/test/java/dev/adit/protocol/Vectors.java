package dev.adit.protocol;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The published test vectors, in the folder that the system property `adit.vectors` names.
public final class Vectors {

    /// The JSON file at `path` in that folder. Skips the test that asks where it is absent.
    public static JsonNode json(String path) throws IOException {
        String folder = System.getProperty("adit.vectors");
        assumeTrue(folder != null, "adit.vectors is not set: no test vectors");
        Path file = Path.of(folder).resolve(path);
        assumeTrue(Files.isReadable(file), "no test vectors at " + file);
        return new ObjectMapper().readTree(file.toFile());
    }

    private Vectors() {}
}
