package dev.adit.tools.terminal;

import java.util.ArrayList;
import java.util.List;

/// What the help of a command says below its usage line. Immutable.
///
/// The words are also those that the manual page and the completion must have, and those that a
/// misspelled argument is compared with.
///
/// @param about one paragraph, in lines
/// @param words what may follow the command, each with its meaning in a few words
/// @param example a command line
public record Manual(String about, List<Word> words, String example) {
    /// An option or keyword, and what it is for.
    public record Word(String word, String meaning) {}

    public Manual {
        words = List.copyOf(words);
    }

    /// One with a paragraph only.
    public static Manual of(String about) {
        return new Manual(about.strip(), List.of(), "");
    }

    /// The same with one more word.
    public Manual with(String word, String meaning) {
        List<Word> more = new ArrayList<>(words);
        more.add(new Word(word, meaning));
        return new Manual(about, more, example);
    }

    /// The same with that example.
    public Manual example(String line) {
        return new Manual(about, words, line);
    }
}
