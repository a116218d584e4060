"""States in IPP's words: gives each job state a sentence that an office understands."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a print job is; IPP's words, and one of our own: ``unknown``."""

    PENDING = "pending"
    HELD = "pending-held"
    PROCESSING = "processing"
    STOPPED = "processing-stopped"
    CANCELED = "canceled"
    ABORTED = "aborted"
    COMPLETED = "completed"
    UNKNOWN = "unknown"

    @property
    def sentence(self) -> str:
        """What it means, in plain Chinese."""
        return _SENTENCES[self]

    @property
    def terminal(self) -> bool:
        """Whether the printer is through with it."""
        return self in (JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED)


_SENTENCES = {
    JobState.PENDING: "排队等待打印。",
    JobState.HELD: "已暂停, 放行之前不会打印。",
    JobState.PROCESSING: "正在打印。",
    JobState.STOPPED: "打印到一半停住了, 打印机需要处理。",
    JobState.CANCELED: "已取消。",
    JobState.ABORTED: "打印失败, 已中止。",
    JobState.COMPLETED: "打印完成。",
    JobState.UNKNOWN: "不能确定是否已出纸, 请到出纸盘查看后确认; 确认之前不会重打。",
}


class DeviceState(StrEnum):
    """Where a printer is."""

    IDLE = "idle"
    PROCESSING = "processing"
    STOPPED = "stopped"
    OFFLINE = "offline"

    @property
    def sentence(self) -> str:
        """What it means, in plain Chinese."""
        return _DEVICE_SENTENCES[self]


_DEVICE_SENTENCES = {
    DeviceState.IDLE: "空闲, 可以打印。",
    DeviceState.PROCESSING: "正在打印。",
    DeviceState.STOPPED: "已停止, 需要处理。",
    DeviceState.OFFLINE: "连接不上。",
}
