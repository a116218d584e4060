"""The first schema

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None


_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
SQLITE_GUARDS = (
    f"CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal {_REFUSE}",
    f"CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal {_REFUSE}",
    # INSERT OR REPLACE deletes without firing the trigger above.
    """CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
    WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
POSTGRES_GUARDS = (
    """CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger AS
    'BEGIN RAISE EXCEPTION ''the journal is append-only''; END' LANGUAGE plpgsql""",
    """CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_append_only()""",
    """CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()""",
)
GUARDS = {"sqlite": SQLITE_GUARDS, "postgresql": POSTGRES_GUARDS}


def upgrade() -> None:
    op.create_table(
        "allotted_number",
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("allotted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_allotted_number")),
    )
    with op.batch_alter_table("allotted_number", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_allotted_number_series"), ["series"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_allotted_number_student_id"), ["student_id"], unique=False
        )

    op.create_table(
        "archived_object",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_archived_object")),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_table(
        "frozen_design",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_frozen_design")),
    )
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_action"), ["action"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_journal_subject"), ["subject"], unique=False
        )

    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_number_series")),
    )
    op.create_table(
        "photo",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_photo")),
    )
    op.create_table(
        "print_job",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("batch_id", sa.String(length=40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("printer", sa.String(length=60), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("media", sa.String(length=80), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("accountable", sa.Boolean(), nullable=False),
        sa.Column("retry_unknown", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_reasons", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=True),
        sa.Column("printer_job_id", sa.String(length=60), nullable=True),
        sa.Column("impressions", sa.Integer(), nullable=True),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
        sa.UniqueConstraint("title", name=op.f("uq_print_job_title")),
    )
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_print_job_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_print_job_document_id"), ["document_id"], unique=False
        )
        batch_op.create_index(
            "ix_print_job_next",
            ["printer", "phase", "priority", "created_at"],
            unique=False,
        )

    op.create_table(
        "printer",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("backend", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=127), nullable=False),
        sa.Column("folder", sa.String(length=500), nullable=False),
        sa.Column("media", sa.String(length=80), nullable=False),
        sa.Column("stock", sa.String(length=80), nullable=False),
        sa.Column("tray", sa.String(length=40), nullable=False),
        sa.Column("counts_impressions", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("offset_x_mm", sa.Float(), nullable=False),
        sa.Column("offset_y_mm", sa.Float(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_printer")),
    )
    op.create_table(
        "printer_lease",
        sa.Column("printer", sa.String(length=60), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("printer", name=op.f("pk_printer_lease")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("catalog_year", sa.String(length=8), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_code"), ["code"], unique=False)

    op.create_table(
        "record_import",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_import")),
    )
    op.create_table(
        "issued_document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("base_key", sa.String(length=90), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("student_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("facts_sha256", sa.String(length=64), nullable=False),
        sa.Column("design_sha256", sa.String(length=64), nullable=False),
        sa.Column("layout", sa.String(length=64), nullable=False),
        sa.Column("fonts_sha256", sa.String(length=64), nullable=False),
        sa.Column("photo_sha256", sa.String(length=64), nullable=True),
        sa.Column("specimen", sa.Boolean(), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_issued_document_batch_id_batch")
        ),
        sa.ForeignKeyConstraint(
            ["design_sha256"],
            ["frozen_design.sha256"],
            name=op.f("fk_issued_document_design_sha256_frozen_design"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_document")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_issued_document_code_sha256")),
        sa.UniqueConstraint("key", name=op.f("uq_issued_document_key")),
    )
    with op.batch_alter_table("issued_document", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_issued_document_base_key"), ["base_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_issued_document_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            "ix_issued_document_kind_state", ["kind", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_issued_document_number"), ["number"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_issued_document_pdf_sha256"), ["pdf_sha256"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_issued_document_replaces_id"), ["replaces_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_issued_document_student_id"), ["student_id"], unique=False
        )

    op.create_table(
        "record_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("student_id", sa.String(length=32), nullable=False),
        sa.Column("table", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["record_import.id"],
            name=op.f("fk_record_change_import_id_record_import"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_change")),
    )
    with op.batch_alter_table("record_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_record_change_import_id"), ["import_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_record_change_student_id"), ["student_id"], unique=False
        )

    op.create_table(
        "student",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("student_no", sa.String(length=20), nullable=False),
        sa.Column("exam_no", sa.String(length=18), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("id_type", sa.String(length=30), nullable=False),
        sa.Column("id_number", sa.String(length=20), nullable=False),
        sa.Column("ethnicity", sa.String(length=30), nullable=True),
        sa.Column("politics", sa.String(length=30), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("study_form", sa.String(length=20), nullable=False),
        sa.Column("duration", sa.String(length=4), nullable=False),
        sa.Column("college", sa.String(length=100), nullable=False),
        sa.Column("college_en", sa.String(length=200), nullable=True),
        sa.Column("class_name", sa.String(length=100), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("base_status", sa.String(length=16), nullable=False),
        sa.Column("conclusion", sa.String(length=8), nullable=True),
        sa.Column("graduated_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("guardian", sa.String(length=100), nullable=True),
        sa.Column("guardian_phone", sa.String(length=30), nullable=True),
        sa.Column("credits_required", sa.Numeric(precision=6, scale=1), nullable=True),
        sa.Column("photo_sha256", sa.String(length=64), nullable=True),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_sha256"],
            ["photo.sha256"],
            name=op.f("fk_student_photo_sha256_photo"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_student_programme_id_programme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student")),
        sa.UniqueConstraint("exam_no", name=op.f("uq_student_exam_no")),
        sa.UniqueConstraint("student_no", name=op.f("uq_student_student_no")),
    )
    with op.batch_alter_table("student", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_student_class_name"), ["class_name"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_student_id_number"), ["id_number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_student_name"), ["name"], unique=False)

    op.create_table(
        "clearance",
        sa.Column("student_id", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=8), nullable=False),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=50), nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_clearance_student_id_student")
        ),
        sa.PrimaryKeyConstraint("student_id", "item", name=op.f("pk_clearance")),
    )
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.String(length=32), nullable=False),
        sa.Column("course_code", sa.String(length=100), nullable=False),
        sa.Column("course", sa.String(length=200), nullable=False),
        sa.Column("course_en", sa.String(length=200), nullable=True),
        sa.Column("year", sa.String(length=9), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(length=20), nullable=False),
        sa.Column("assessment", sa.String(length=20), nullable=False),
        sa.Column("credits", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("score", sa.String(length=10), nullable=False),
        sa.Column("make_up", sa.String(length=10), nullable=True),
        sa.Column("retake", sa.String(length=10), nullable=True),
        sa.Column("in_gpa", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_mark_student_id_student")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
    )
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mark_student_id"), ["student_id"], unique=False
        )
        batch_op.create_index(
            "uq_mark_course", ["student_id", "course_code", "year", "term"], unique=True
        )

    op.create_table(
        "status_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=50), nullable=True),
        sa.Column("reason", sa.String(length=50), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["student_id"],
            ["student.id"],
            name=op.f("fk_status_event_student_id_student"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_event")),
    )
    with op.batch_alter_table("status_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_status_event_student_id"), ["student_id"], unique=False
        )
        batch_op.create_index(
            "uq_status_event", ["student_id", "type", "effective_on"], unique=True
        )

    # The journal is append-only, for whoever comes through SQL by mistake.
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("status_event", schema=None) as batch_op:
        batch_op.drop_index("uq_status_event")
        batch_op.drop_index(batch_op.f("ix_status_event_student_id"))

    op.drop_table("status_event")
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_index("uq_mark_course")
        batch_op.drop_index(batch_op.f("ix_mark_student_id"))

    op.drop_table("mark")
    op.drop_table("clearance")
    with op.batch_alter_table("student", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_student_name"))
        batch_op.drop_index(batch_op.f("ix_student_id_number"))
        batch_op.drop_index(batch_op.f("ix_student_class_name"))

    op.drop_table("student")
    with op.batch_alter_table("record_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_change_student_id"))
        batch_op.drop_index(batch_op.f("ix_record_change_import_id"))

    op.drop_table("record_change")
    with op.batch_alter_table("issued_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issued_document_student_id"))
        batch_op.drop_index(batch_op.f("ix_issued_document_replaces_id"))
        batch_op.drop_index(batch_op.f("ix_issued_document_pdf_sha256"))
        batch_op.drop_index(batch_op.f("ix_issued_document_number"))
        batch_op.drop_index("ix_issued_document_kind_state")
        batch_op.drop_index(batch_op.f("ix_issued_document_batch_id"))
        batch_op.drop_index(batch_op.f("ix_issued_document_base_key"))

    op.drop_table("issued_document")
    op.drop_table("record_import")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_code"))

    op.drop_table("programme")
    op.drop_table("printer_lease")
    op.drop_table("printer")
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.drop_index("ix_print_job_next")
        batch_op.drop_index(batch_op.f("ix_print_job_document_id"))
        batch_op.drop_index(batch_op.f("ix_print_job_batch_id"))

    op.drop_table("print_job")
    op.drop_table("photo")
    op.drop_table("number_series")
    op.drop_table("journal_head")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_subject"))
        batch_op.drop_index(batch_op.f("ix_journal_action"))

    op.drop_table("journal")
    op.drop_table("frozen_design")
    op.drop_table("batch")
    op.drop_table("archived_object")
    with op.batch_alter_table("allotted_number", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allotted_number_student_id"))
        batch_op.drop_index(batch_op.f("ix_allotted_number_series"))

    op.drop_table("allotted_number")
