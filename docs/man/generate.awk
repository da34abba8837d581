# One Markdown page as a manual page: titles, paragraphs, indented text, lists, tables, and in a line
# `words`, **words** and [links](where). Variables: name, section, what.

BEGIN {
    page = toupper(name)
    print ".\\\" Made by docs/man/generate: change the Markdown page."
    print ".TH " page " " section " 2026-11-21 \"Adit\" \"Adit Manual\""
    print ".SH NAME"
    print quoted(name) " \\- " quoted(what)
    phase = ""
    state = "none"
}

/^<!--/ || /^# / { next }

/^## Synopsis$/ { ends(); phase = "synopsis"; put(".SH SYNOPSIS"); state = "title"; next }

/^## / { title(".SH " quoted(toupper(substr($0, 4)))); next }

/^### / { title(".SS " quoted(substr($0, 5))); next }

/^    / && state != "paragraph" && state != "item" {
    if (state == "blank code") for (; blanks > 0; blanks--) put("")
    else if (state != "code") { ends(); apart(); put(".RS 4"); put(".nf") }
    put(guarded(quoted(substr($0, 5))))
    state = "code"
    next
}

/^[ \t]*$/ {
    if (state == "code") { state = "blank code"; blanks = 1 }
    else if (state == "blank code") blanks++
    else if (state != "item" && state != "title") state = "none"
    next
}

/^\|[-| ]*\|$/ { next }

/^\|/ {
    ends()
    row = $0
    gsub(/\\\|/, "\001", row)
    gsub(/\|/, "\002", row)
    gsub(/\001/, "|", row)
    columns = split(row, cells, / *\002 */) - 1
    # The first line of a table names its columns. The layout shows which is which, unless there are more than two.
    if (state != "table") { describe(); state = "table"; for (i = 3; i <= columns; i++) heads[i] = cells[i]; next }
    put(".TP")
    put(guarded(inline(cells[2])))
    if (columns > 3) for (i = 3; i <= columns; i++) {
        if (i > 3) put(".br")
        fold(inline(heads[i] ": " cells[i]))
    }
    else if (cells[3] == "") put("\\&")
    else fold(inline(cells[3]))
    next
}

/^- / { ends(); describe(); put(".IP \\(bu 2"); state = "item"; fold(inline(substr($0, 3))); next }

/^  / && state == "item" { fold(inline(substr($0, 3))); next }

{
    if (state != "paragraph") { ends(); if (phase == "synopsis") describe(); apart(); state = "paragraph" }
    fold(inline($0))
}

END { ends(); describe() }

function title(line) { ends(); describe(); put(line); state = "title" }

# What precedes the synopsis in the Markdown page follows it here.
function put(line) {
    if (phase == "") intro = intro line "\n"
    else print line
}

# Once: after the synopsis, or where there is none.
function describe() {
    if (phase == "body") return
    if (phase == "synopsis" || intro != "") printf "%s", ".SH DESCRIPTION\n" intro
    phase = "body"
    state = "none"
}

function apart() { if (state != "title" && (phase != "" || intro != "")) put(".PP") }

function ends() {
    if (state == "code" || state == "blank code") { put(".fi"); put(".RE"); state = "none" }
}

# Lines of less than 80 characters.
function fold(text,    words, count, i, line) {
    count = split(text, words, / +/)
    line = words[1]
    for (i = 2; i <= count; i++) {
        if (length(line " " words[i]) < 78) line = line " " words[i]
        else { put(guarded(line)); line = words[i] }
    }
    put(guarded(line))
}

# No line of text is a request.
function guarded(text) { return text ~ /^[.']/ ? "\\&" text : text }

function quoted(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    gsub(/'/, "\\(aq", text)
    gsub(/`/, "\\(ga", text)
    gsub(/\^/, "\\(ha", text)
    gsub(/~/, "\\(ti", text)
    gsub(/\342\200\246/, "...", text)
    gsub(/\342\200\223/, "\\(en", text)
    return text
}

# What is between ` and ` or ** and ** is bold; of a link, what is shown, and where it leads when that is outside.
function inline(text,    out, at, bold) {
    out = ""
    while (match(text, /`[^`]*`|\*\*[^*]*\*\*|\[[^]]*\]\([^)]*\)/)) {
        out = out quoted(substr(text, 1, RSTART - 1))
        at = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (at ~ /^`/) out = out "\\fB" quoted(substr(at, 2, length(at) - 2)) "\\fR"
        else if (at ~ /^\*/) out = out "\\fB" quoted(substr(at, 3, length(at) - 4)) "\\fR"
        else out = out link(at)
    }
    return out quoted(text)
}

function link(text,    shown, where) {
    shown = substr(text, 2, index(text, "](") - 2)
    where = substr(text, index(text, "](") + 2)
    sub(/\)$/, "", where)
    return quoted(shown) (where ~ /^http/ ? " (" quoted(where) ")" : "")
}
