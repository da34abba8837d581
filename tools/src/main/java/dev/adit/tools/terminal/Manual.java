package dev.adit.tools.terminal;

import java.util.ArrayList;
import java.util.List;

/// The help of a command below its usage line. Immutable.
///
/// The words are also those that the manual page and the completion must have, and with which a
/// misspelt argument is compared.
///
/// @param about one paragraph, in lines
/// @param words the words that may follow the command, each with a short description
/// @param example a command line
public record Manual(String about, List<Word> words, String example) {
    /// An option or keyword with its description.
    public record Word(String word, String meaning) {}

    public Manual {
        words = List.copyOf(words);
    }

    /// A manual with a paragraph only.
    public static Manual of(String about) {
        return new Manual(about.strip(), List.of(), "");
    }

    /// This manual with one more word.
    public Manual with(String word, String meaning) {
        List<Word> more = new ArrayList<>(words);
        more.add(new Word(word, meaning));
        return new Manual(about, more, example);
    }

    /// This manual with that example.
    public Manual example(String line) {
        return new Manual(about, words, line);
    }
}
