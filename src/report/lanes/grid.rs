//! A sheet of characters: vertical and horizontal strokes that cross well, and texts above them.

/// How a vertical stroke looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Down {
    #[default]
    None,
    /// A lane, or a record that waits.
    Light,
    /// A lane after every other checkpoint.
    Heavy,
    /// A barrier that waits.
    Double,
    /// A lane on which nobody lives.
    Dead,
}

/// How a horizontal stroke looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Across {
    #[default]
    None,
    /// A record.
    Light,
    /// A barrier.
    Double,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    down: Down,
    across: Across,
    letter: Option<char>,
}

impl Cell {
    fn letter(self) -> char {
        if let Some(letter) = self.letter {
            return letter;
        }
        match (self.down, self.across) {
            (Down::None, Across::None) => ' ',
            (Down::Light, Across::None) => '│',
            (Down::Heavy, Across::None) => '┃',
            (Down::Double, Across::None) => '║',
            (Down::Dead, Across::None) => '┊',
            (Down::None | Down::Dead, Across::Light) => '─',
            (Down::None | Down::Dead, Across::Double) => '═',
            (Down::Light, Across::Light) => '┼',
            (Down::Heavy, Across::Light) => '╂',
            (Down::Double, Across::Light) => '╫',
            (Down::Light | Down::Heavy, Across::Double) => '╪',
            (Down::Double, Across::Double) => '╬',
        }
    }
}

/// Rows of cells; grows as it is written to.
#[derive(Default)]
pub(super) struct Grid {
    rows: Vec<Vec<Cell>>,
}

impl Grid {
    pub(super) fn down(&mut self, row: usize, column: usize, down: Down) {
        self.cell(row, column).down = down;
    }

    /// A horizontal stroke, both ends included.
    pub(super) fn across(&mut self, row: usize, from: usize, to: usize, across: Across) {
        for column in from..=to {
            self.cell(row, column).across = across;
        }
    }

    pub(super) fn put(&mut self, row: usize, column: usize, letter: char) {
        self.cell(row, column).letter = Some(letter);
    }

    /// Puts a letter where nothing is yet.
    pub(super) fn put_beside(&mut self, row: usize, column: usize, letter: char) {
        let cell = self.cell(row, column);
        if cell.letter.is_none() && cell.across == Across::None {
            cell.letter = Some(letter);
        }
    }

    /// Gives a lane's stroke a look, where somebody lives.
    pub(super) fn thicken(&mut self, row: usize, column: usize, down: Down) {
        let cell = self.cell(row, column);
        if cell.down != Down::Dead {
            cell.down = down;
        }
    }

    /// Puts one letter in the place of another one, if that is there.
    pub(super) fn replace(&mut self, row: usize, column: usize, from: char, to: char) {
        let cell = self.cell(row, column);
        if cell.letter == Some(from) {
            cell.letter = Some(to);
        }
    }

    pub(super) fn has_across(&mut self, row: usize, column: usize) -> bool {
        self.cell(row, column).across != Across::None
    }

    pub(super) fn text(&mut self, row: usize, column: usize, text: &str) {
        for (offset, letter) in text.chars().enumerate() {
            self.put(row, column + offset, letter);
        }
    }

    fn cell(&mut self, row: usize, column: usize) -> &mut Cell {
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let row = &mut self.rows[row];
        if row.len() <= column {
            row.resize(column + 1, Cell::default());
        }
        &mut row[column]
    }

    /// The sheet as lines without spaces at their ends.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |row: &Vec<Cell>| row.iter().map(|cell| cell.letter()).collect::<String>().trim_end().to_owned();
        self.rows.iter().map(line).collect()
    }
}

/// The same with ASCII letters only, but for names.
pub(super) fn plain(text: &str) -> String {
    let letter = |letter: char| match letter {
        '│' | '║' => '|',
        '┃' => '!',
        '┊' | '⋮' => ':',
        '─' => '-',
        '═' => '=',
        '┼' | '╂' | '╪' | '╫' | '╬' | '╮' | '╰' | '╗' | '╚' | '┬' | '╦' => '+',
        '▶' => '>',
        '▒' | '■' => '#',
        '□' => '%',
        '●' => 'o',
        '○' => '0',
        '✗' => 'X',
        '…' => '~',
        '′' => '\'',
        '″' => '"',
        other => other,
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_cross() {
        let mut grid = Grid::default();
        for (column, down) in [Down::Light, Down::Heavy, Down::Double, Down::Dead].into_iter().enumerate() {
            for row in 0..3 {
                grid.down(row, column * 2 + 1, down);
            }
        }
        grid.across(0, 0, 8, Across::Light);
        grid.across(2, 0, 8, Across::Double);
        grid.text(1, 9, "ab");
        assert_eq!(grid.lines(), ["─┼─╂─╫───", " │ ┃ ║ ┊ ab", "═╪═╪═╬═══"]);
        assert_eq!(plain("─┼─╂▶ ■ 4…"), "-+-+> # 4~");
    }
}
